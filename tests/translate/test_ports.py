"""What CASA's own staff changed by hand when they brought their scripts from 3.4 to 4.2 (docs/evidence.md).

One small script of our own for each kind of change, in the style in which it occurs; results are written by hand.
"""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.rules.conversion import converted

PORTS = {
    # G192, NGC 7538: the default goes with the call
    "flagautocorr with arguments": (
        """
        default('flagautocorr')
        flagautocorr(vis='vla.ms')
        outfile = 'times.log'
        """,
        """
        default('flagdata')
        flagdata(vis='vla.ms', mode='manual', autocorr=True)
        outfile = 'times.log'
        """,
    ),
    # NGC 5921: vis alone is set, and nothing else may count
    "flagautocorr without a default": (
        """
        default('importuvfits')
        fitsfile = 'n.fits'
        importuvfits()
        vis = msfile
        flagautocorr()
        """,
        """
        default('importuvfits')
        fitsfile = 'n.fits'
        importuvfits()
        vis = msfile
        flagdata(vis = vis, mode = 'manual', autocorr = True)
        """,
    ),
    # the same for a task whose new default would count
    "tflagdata without a default": (
        """
        vis = 'm.ms'
        mode = 'rflag'
        tflagdata()
        """,
        """
        vis = 'm.ms'
        mode = 'rflag'
        flagdata(vis = vis, mode = mode, extendflags = False)
        """,
    ),
    "flagautocorr with a default": (
        """
        default('flagautocorr')
        vis = msfile
        flagautocorr()
        """,
        """
        default('flagdata')
        vis = msfile
        mode = 'manual'
        autocorr = True
        flagdata()
        """,
    ),
    # G192: the first use makes the table; it comes first wherever opacity stood, lists grow by one
    "opacity, G192": (
        """
        gaincal(vis='v.ms', caltable='v.gcal', field='0,3',
                opacity=0.062, solint='inf')
        bandpass(vis='v.ms', caltable='v.bcal',
                 opacity=0.062, gaintable='v.gcal', gainfield='3', interp='nearest')
        applycal(vis='v.ms', opacity=0.062, gaintable=['v.fcal', 'v.bcal'], gainfield='0,2')
        """,
        """
        os.system('rm -rf v.opac')
        gencal(vis='v.ms', caltable='v.opac', caltype='opac', parameter=[0.062])
        gaincal(vis='v.ms', caltable='v.gcal', field='0,3',
                solint='inf', gaintable=['v.opac'])
        bandpass(vis='v.ms', caltable='v.bcal',
                 gaintable=['v.opac', 'v.gcal'], gainfield=['', '3'], interp=['', 'nearest'])
        applycal(vis='v.ms', gaintable=['v.opac', 'v.fcal', 'v.bcal'], gainfield=['', '0,2'])
        """,
    ),
    # B0319: what does nothing goes
    "no opacity, no gain curve": (
        "blcal(vis='b.ms', caltable='b.Mt',\n      solint='3s',combine='',gaincurve=False,opacity=0.0)\n",
        "blcal(vis='b.ms', caltable='b.Mt',\n      solint='3s',combine='')\n",
    ),
    # NGC 5921: the same, assigned
    "no opacity, no gain curve, assigned": (
        """
        default('gaincal')
        vis = 'n.ms'
        caltable = 'n.g'
        gaincurve = False
        opacity = 0.0
        gaincal()
        """,
        """
        default('gaincal')
        vis = 'n.ms'
        caltable = 'n.g'
        gaincal()
        """,
    ),
    # B0319: calls in comments, where they were calls once
    "a call in a comment": (
        "#blcal('b.ms',caltable='b.Mt',solint=3.,gaincurve=False,opacity=0.0)\n",
        "#blcal('b.ms',caltable='b.Mt',solint=3.)\n",
    ),
    # G192, NGC 7538, 3C129, M100
    "scalebychan": (
        "setjy(vis='v.ms',field='4',standard='Perley-Taylor 99') #flux of 3C286\n",
        "setjy(vis='v.ms',field='4',standard='Perley-Taylor 99',scalebychan=False) #flux of 3C286\n",
    ),
    # 3C129: staff left modimage, of which 4.2 warns
    "a model image, its folder found out at run time": (
        "setjy(vis=name,field='c',modimage=folder+'3C138_C.im',standard='Perley-Taylor 99')\n",
        "setjy(vis=name,field='c',model=folder+'3C138_C.im',standard='Perley-Taylor 99',scalebychan=False)\n",
    ),
    # NGC 5921
    "scalebychan, assigned": (
        """
        default('setjy')
        vis = 'n.ms'
        field = '0'
        setjy()
        """,
        """
        default('setjy')
        vis = 'n.ms'
        field = '0'
        scalebychan = False
        setjy()
        """,
    ),
    # 3C129 was given scalebychan=False here; 4.2.2 asks for standard='manual', as staff wrote in September 2014
    "a flux density": (
        "setjy(vis='v.ms',field='c',spw='0',fluxdensity=[3.688, 0.380, -0.153, 0.0]);\n",
        "setjy(vis='v.ms',field='c',spw='0',fluxdensity=[3.688, 0.380, -0.153, 0.0],standard='manual');\n",
    ),
    # M100
    "models of 2012": (
        """
        setjy(vis='m.ms',
              field='Titan',
              standard='Butler-JPL-Horizons 2010',
              usescratch=False)
        """,
        """
        setjy(vis='m.ms',
              field='Titan',
              standard='Butler-JPL-Horizons 2012',
              scalebychan=False,
              usescratch=False)
        """,
    ),
    # 3C129
    "manualflag": (
        "flagdata(vis=msname,antenna='VA01',mode='manualflag')\n",
        "flagdata(vis=msname,antenna='VA01',mode='manual')\n",
    ),
    # M100: lines stay in line with the bracket
    "tflagdata": (
        """
        tflagdata(vis=name + '.ms', mode='manual',
                  timerange='19:52:55~19:53:04', flagbackup=False)
        """,
        """
        flagdata(vis=name + '.ms', mode='manual',
                 timerange='19:52:55~19:53:04', flagbackup=False)
        """,
    ),
    # M100: the list that 3.4 took from a file is a file still, which 4.2 reads too
    "tflagdata with a file of commands": (
        """
        lines = "mode='manual' antenna='CM01'\\n"\\
                "mode='shadow'\\n"
        with open('flags.txt', 'w') as f:
            f.write(lines)
        tflagdata(vis='m.ms', mode='list', inpfile='flags.txt', flagbackup=False)
        """,
        """
        lines = "mode='manual' antenna='CM01'\\n"\\
                "mode='shadow'\\n"
        with open('flags.txt', 'w') as f:
            f.write(lines)
        flagdata(vis='m.ms', mode='list', inpfile='flags.txt', flagbackup=False)
        """,
    ),
    # M100
    "uvcontsub2": (
        "uvcontsub2(vis='m.ms',field='',fitspw='0:10~205;260~440',\n           want_cont=False)\n",
        "uvcontsub(vis='m.ms',field='',fitspw='0:10~205;260~440',\n          want_cont=False)\n",
    ),
    # 3C129: staff made one line of the two
    "a tool of one's own": (
        """
        potool = casac.homefinder.find_home_by_name('imagepolHome')
        po = potool.create()
        po.open('x.im')
        """,
        """
        potool = casac.imagepol
        po = potool()
        po.open('x.im')
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), PORTS.values(), ids=PORTS.keys())
def test_port(before: str, after: str) -> None:
    found = converted(dedent(before).strip("\n"))
    assert found.result == dedent(after).strip("\n") + "\n"
    assert found.attention == ()


@pytest.mark.parametrize(
    "script",
    [
        # values returned and printed in another way are not the converter's business
        "x = ia.statistics(list=False)",
        "flagdata(vis='g.ms', field='0', timerange='02:45:00~02:46:30')",
        "for spw in ['1', '3']:\n    plotcal(caltable='m.tsys', xaxis='freq', yaxis='amp', spw=spw)",
        "importasdm(asdm='uid___X54', vis='X54.ms', asis='Stati* Anten*', overwrite=True)",
        "applycal(vis='m.ms', spw='1,3', gaintable=['w', 't'], interp=['nearest', 'linear'], flagbackup=F)",
        "default('flagdata')\nflagdata(vis='g.ms', mode='manual', autocorr=True)",
        "#fringecal('b.ms','b.K',solint=0.,gaincurve=False,opacity=0.0)",
    ],
)
def test_what_staff_changed_for_other_reasons_stays(script: str) -> None:
    found = converted(script)
    assert found.result == script + "\n"
    assert found.attention == ()


def test_a_call_that_other_tasks_have_set_variables_for_is_told() -> None:
    found = converted("vis = 'm.ms'", "default('clean')", "imagename = 'x'", "flagautocorr()")
    assert found.result.endswith("\nflagautocorr()\n")
    assert 4 in {one.line for one in found.attention}


@pytest.mark.parametrize(
    "script",
    [
        # of its parameters, default('flagdata') sets `field` anew, which is in use here
        ("field = '0'", "default('flagautocorr')", "flagautocorr(vis='v.ms')", "plotxy(vis='v.ms', field=field)"),
        # the second time round it is
        ("for v in all:", "    default('flagautocorr')", "    flagautocorr(vis=v)", "    field = '0'"),
        # the next call is of another task
        ("default('flagautocorr')", "listobs(vis='v.ms')", "flagautocorr(vis='v.ms')"),
        ("if ready: default('tflagdata')", "tflagdata(vis='v.ms', mode='manual')"),
    ],
)
def test_a_default_that_may_mean_more_is_told(script: tuple[str, ...]) -> None:
    found = converted(*script)
    [line] = [number for number, text in enumerate(script, 1) if "default(" in text]
    assert script[line - 1] in found.result.splitlines()
    assert line in {one.line for one in found.attention}
